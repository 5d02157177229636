export default {
  title: 'Notices',
  unread: 'Notices, {n} unread',
  readAll: 'Mark all as read',
  empty: 'No notices',
  emptyHint: 'You will hear here when a batch is checked or an approval decided.',
}
