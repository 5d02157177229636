export default {
  required: '请填写或选择',
  creditCode: '统一社会信用代码为 18 位数字和大写字母（不含 I、O、Z、S、V）',
  amount: '请填金额，最多两位小数，例如 35.00',
  percentage: '请填百分数，例如 12 或 0.5',
  password: '新密码至少 10 位',
  unsaved: '填写的内容还没有保存，确定离开吗？',
  unsavedTitle: '有未保存的内容',
  discard: '不保存，离开',
  stay: '继续填写',
  restored: '已恢复上次登录过期时填写的内容，请核对后提交。',
}
