export default {
  retry: '重试',
  network: '连不上服务器',
  networkRemedy: '请检查网络后重试；已提交的操作不会重复执行。',
  unauthenticated: '登录已过期',
  unauthenticatedRemedy: '请重新登录。',
  forbidden: '您没有这项权限',
  forbiddenRemedy: '如工作需要，请联系管理员为您的角色开通。',
  notFound: '找不到这条记录',
  notFoundRemedy: '它可能已被移除，或不在您的可见范围内。',
  internal: '服务器出了意外',
  internalRemedy: '请稍后重试；若再次出现，请把编号 {incident} 告诉管理员。',
}
