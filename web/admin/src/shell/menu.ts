import {
  Avatar,
  Checked,
  Coin,
  DataAnalysis,
  DocumentChecked,
  Files,
  HomeFilled,
  List,
  OfficeBuilding,
  Operation,
  Tickets,
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
      { word: 'approval', path: '/approval', icon: Checked, permission: 'approval.read', key: 'a' },
      { word: 'enrollment', path: '/enrollment', icon: Avatar, permission: 'enrollment.read', key: 'e' },
    ],
  },
  {
    group: 'money',
    items: [
      { word: 'bill', path: '/bill', icon: Tickets, permission: 'bill.read', key: 'm' },
      { word: 'ledger', path: '/ledger', icon: Coin, permission: 'ledger.read', key: 'l' },
      { word: 'quote', path: '/quote', icon: DataAnalysis, permission: 'quote.read', key: 'q' },
    ],
  },
  {
    group: 'masterData',
    items: [
      { word: 'company', path: '/company', icon: OfficeBuilding, permission: 'company.read', key: 'c' },
      { word: 'scheme', path: '/scheme', icon: Operation, permission: 'scheme.read', key: 's' },
      { word: 'policy', path: '/policy', icon: DocumentChecked, permission: 'policy.read', key: 'p' },
    ],
  },
  { group: 'system', items: [{ word: 'audit', path: '/audit', icon: List, permission: 'audit.read', key: 'u' }] },
]
