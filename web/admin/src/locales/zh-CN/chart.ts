export default {
  fromMonth: '起始月',
  toMonth: '截止月',
  table: '看表格',
  total: '合计',
  yuan: '单位：元',
  people: '单位：人',
  saveCsv: '导出 CSV',
}
