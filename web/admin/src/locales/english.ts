import elementWords from 'element-plus/es/locale/lang/en'
import { byWord } from './byWord'

export const english = byWord(import.meta.glob<object>('./en/*.ts', { eager: true, import: 'default' }))
export { elementWords }
