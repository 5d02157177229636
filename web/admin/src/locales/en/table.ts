export default {
  region: 'List, scrolls sideways',
  range: '{from}–{to} of {total}',
  rangeOnly: '{from}–{to}',
  perPage: '{n} a page',
  pageSize: 'Rows a page',
  previous: 'Previous',
  next: 'Next',
  filters: 'Filters',
  clear: 'Clear filters',
  nothingFound: 'Nothing matches',
  nothingFoundHint: 'Widen or clear the filters.',
  stale: 'The refresh failed; this is the previous content.',
}
