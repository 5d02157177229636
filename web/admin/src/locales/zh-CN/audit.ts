export default {
  menu: '操作日志',
  title: '操作日志',
  note: '只增不改，新的在前',
  act: '操作',
  actor: '操作人',
  subject: '对象',
  detail: '内容',
  at: '时间',
  empty: '还没有操作记录',
  emptyHint: '登录、确认、审核、查看号码等操作都会记在这里。',
}
