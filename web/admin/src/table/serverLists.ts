/** What the server calls a list, by the name of its table here; a list without a name there is kept by the browser alone. */
export const SERVER_LISTS: Partial<Record<string, string>> = {
  enrollment: 'enrollments',
  batch: 'batches',
  bill: 'bills',
  'bill-line': 'billLines',
  feedback: 'feedbacks',
  housing: 'housingAccounts',
  audit: 'audit',
  approval: 'approvals',
  company: 'companies',
  scheme: 'schemes',
  blacklist: 'blacklist',
  ledger: 'ledger',
  questionnaire: 'forms',
}
