export default {
  menu: 'Quote',
  title: 'Quote (费用试算)',
  note: 'What employer and employee pay by kind, from city, month and base',
  base: 'Declared base',
  yuan: 'yuan',
  run: 'Compute',
  how: 'How',
  omitted: 'Left out',
  empty: 'Fill in the form and compute',
  emptyHint: 'Every kind shows its arithmetic and source; a kind without a policy says why and is never counted as zero.',
}
