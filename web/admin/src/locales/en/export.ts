export default {
  title: 'My exports',
  started: '{n} rows are being exported in the background. You can leave this page; download the file from the notices.',
  progress: '{n} of {total} rows',
  counting: 'Preparing…',
}
