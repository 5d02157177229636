export default {
  title: '我的导出',
  started: '共 {n} 条，正在后台导出；可以离开这个页面，完成后在通知里下载。',
  progress: '{n} / {total} 条',
  counting: '正在准备…',
}
