export default {
  region: '列表，可横向滚动',
  range: '第 {from}–{to} 条，共 {total} 条',
  rangeOnly: '第 {from}–{to} 条',
  perPage: '每页 {n} 条',
  pageSize: '每页条数',
  previous: '上一页',
  next: '下一页',
  filters: '筛选',
  clear: '清除筛选',
  nothingFound: '没有符合条件的记录',
  nothingFoundHint: '放宽或清除筛选条件再看。',
  stale: '刷新没有成功，下面是上一次的内容。',
}
