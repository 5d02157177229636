export default {
  retry: 'Try again',
  network: 'The server cannot be reached',
  networkRemedy: 'Check your connection and try again; nothing will be done twice.',
  unauthenticated: 'Your session has ended',
  unauthenticatedRemedy: 'Please sign in again.',
  forbidden: 'You do not have this permission',
  forbiddenRemedy: 'If your work needs it, ask an administrator to extend your role.',
  notFound: 'This record cannot be found',
  notFoundRemedy: 'It may have been removed, or lies outside what you may see.',
  internal: 'Something went wrong on the server',
  internalRemedy: 'Try again later. If it comes back, tell your administrator the number {incident}.',
}
