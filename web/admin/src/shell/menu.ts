import {
  Avatar,
  ChatLineSquare,
  Checked,
  CircleCloseFilled,
  Coin,
  Connection,
  DataAnalysis,
  DocumentChecked,
  EditPen,
  Files,
  Histogram,
  HomeFilled,
  House,
  List,
  Memo,
  OfficeBuilding,
  Operation,
  PieChart,
  Star,
  Tickets,
  UserFilled,
  Van,
} from '@element-plus/icons-vue'
import type { Component } from 'vue'

export interface MenuItem {
  word: string
  path: string
  icon: Component
  permission?: string
  /** The second key after `g`. */
  key: string
}

export const MENU: { group: string; items: MenuItem[] }[] = [
  { group: 'start', items: [{ word: 'home', path: '/', icon: HomeFilled, key: 'h' }] },
  {
    group: 'enrolment',
    items: [
      { word: 'batch', path: '/batch', icon: Files, permission: 'batch.read', key: 'b' },
      { word: 'feedback', path: '/feedback', icon: ChatLineSquare, permission: 'batch.read', key: 'f' },
      { word: 'questionnaire', path: '/questionnaire', icon: EditPen, permission: 'form.read', key: 'n' },
      { word: 'approval', path: '/approval', icon: Checked, permission: 'approval.read', key: 'a' },
      { word: 'enrollment', path: '/enrollment', icon: Avatar, permission: 'enrollment.read', key: 'e' },
      { word: 'housing_account', path: '/housing_account', icon: House, permission: 'housing_account.read', key: 'o' },
      { word: 'analysis', path: '/analysis', icon: PieChart, permission: 'enrollment.read', key: 'd' },
      { word: 'roster', path: '/roster', icon: Memo, permission: 'roster.read', key: 'r' },
      { word: 'talent', path: '/talent', icon: Star, permission: 'talent.read', key: 't' },
    ],
  },
  {
    group: 'money',
    items: [
      { word: 'bill', path: '/bill', icon: Tickets, permission: 'bill.read', key: 'm' },
      { word: 'ledger', path: '/ledger', icon: Coin, permission: 'ledger.read', key: 'l' },
      { word: 'contribution', path: '/contribution', icon: Histogram, permission: 'bill.read', key: 'x' },
      { word: 'quote', path: '/quote', icon: DataAnalysis, permission: 'quote.read', key: 'q' },
    ],
  },
  {
    group: 'masterData',
    items: [
      { word: 'company', path: '/company', icon: OfficeBuilding, permission: 'company.read', key: 'c' },
      { word: 'scheme', path: '/scheme', icon: Operation, permission: 'scheme.read', key: 's' },
      { word: 'supplier', path: '/supplier', icon: Van, permission: 'supplier.read', key: 'y' },
      { word: 'policy', path: '/policy', icon: DocumentChecked, permission: 'policy.read', key: 'p' },
      { word: 'blacklist', path: '/blacklist', icon: CircleCloseFilled, permission: 'blacklist.read', key: 'k' },
    ],
  },
  {
    group: 'system',
    items: [
      { word: 'staff', path: '/staff', icon: UserFilled, permission: 'staff.manage', key: 'z' },
      { word: 'flow', path: '/flow', icon: Connection, permission: 'approval.configure', key: 'w' },
      { word: 'audit', path: '/audit', icon: List, permission: 'audit.read', key: 'u' },
    ],
  },
]
