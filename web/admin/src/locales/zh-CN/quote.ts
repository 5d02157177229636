export default {
  menu: '费用试算',
  title: '费用试算',
  note: '按城市、月份和基数算出每个险种单位和个人各缴多少',
  base: '申报基数',
  yuan: '元',
  run: '试算',
  how: '怎么算的',
  omitted: '没有算进去的',
  empty: '填好左侧条件后试算',
  emptyHint: '结果会列出每个险种的算式和政策依据；缺少政策的险种会说明原因，不按零计算。',
}
