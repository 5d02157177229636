export default {
  title: '通知',
  unread: '通知，{n} 条未读',
  readAll: '全部标为已读',
  empty: '没有通知',
  emptyHint: '批次检查完、审核有结果时会在这里告诉您。',
}
