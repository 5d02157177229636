export default {
  menu: 'Audit log',
  title: 'Audit log (操作日志)',
  note: 'Added to and never changed, newest first',
  act: 'Act',
  actor: 'By',
  subject: 'On',
  detail: 'Detail',
  at: 'When',
  empty: 'Nothing recorded yet',
  emptyHint: 'Sign-ins, confirmations, decisions and revealed numbers are recorded here.',
}
