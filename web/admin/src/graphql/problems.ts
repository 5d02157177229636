import { graphql } from '@/gql'
import type { ProblemFieldsFragment } from '@/gql/graphql'

export type Problem = ProblemFieldsFragment

export const ProblemFields = graphql(/* GraphQL */ `
  fragment ProblemFields on Problem {
    code
    message
    messageEn
    remedy
    remedyEn
    severity
    field
    row
    column
    value
  }
`)

/** A problem in the reader's language; each language stands in for the other when one is empty. */
export function said(problem: Problem, locale: string): { message: string; remedy: string } {
  const english = locale === 'en'
  return english
    ? { message: problem.messageEn || problem.message, remedy: problem.remedyEn || problem.remedy }
    : { message: problem.message || problem.messageEn, remedy: problem.remedy || problem.remedyEn }
}

/** Message and remedy in one line, for the small print below a field. */
export function inOneLine(problem: Problem, locale: string): string {
  const { message, remedy } = said(problem, locale)
  return remedy ? `${message}${locale === 'en' ? '. ' : '\u3002'}${remedy}` : message
}

/** A refusal that the browser itself found, in the same form as the server's. */
export function ownProblem(code: string, message: string, remedy = ''): Problem {
  return {
    code,
    message,
    messageEn: message,
    remedy,
    remedyEn: remedy,
    severity: 'ERROR',
    field: null,
    row: null,
    column: null,
    value: null,
  }
}
