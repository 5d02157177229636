export default {
  required: 'Please fill this in',
  creditCode: 'A credit code has 18 digits and capital letters (no I, O, Z, S, V)',
  amount: 'An amount with at most two decimals, such as 35.00',
  percentage: 'A percentage, such as 12 or 0.5',
  password: 'At least 10 characters',
  unsaved: 'What you typed is not saved. Leave anyway?',
  unsavedTitle: 'Unsaved changes',
  discard: 'Leave without saving',
  stay: 'Keep editing',
  restored: 'What you had typed when your session ended is back. Please check it before submitting.',
}
