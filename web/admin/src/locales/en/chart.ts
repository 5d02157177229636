export default {
  fromMonth: 'first month',
  toMonth: 'last month',
  table: 'Show as a table',
  total: 'Total',
  yuan: 'in yuan',
  people: 'people',
  saveCsv: 'Export CSV',
}
