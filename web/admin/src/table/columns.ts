/** One column of a list. The cell is drawn by the slot `cell-<key>`, or by `text` where plain text is enough. */
export interface Column<Row> {
  key: string
  /** Key of the heading in the locales, or the heading itself where it comes from somebody's own sheet. */
  label?: string
  heading?: string
  width?: number
  numeric?: boolean
  text?: (row: Row) => string | number | null | undefined
  /** Left out on a phone, where the first columns must do. */
  wide?: boolean
  /** Not shown until somebody chooses it. */
  optional?: boolean
}
