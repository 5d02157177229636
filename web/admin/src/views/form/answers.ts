import type { QuestionFieldsFragment } from '@/gql/graphql'

export type Answers = Record<string, string[]>

export function emptyAnswers(questions: readonly QuestionFieldsFragment[]): Answers {
  return Object.fromEntries(questions.map((question) => [question.name, []]))
}

/** The questions that count, given what has been answered; one that hangs on an unasked question is not asked either. */
export function asked<Question extends Pick<QuestionFieldsFragment, 'name' | 'askedIfQuestion' | 'askedIfValue'>>(
  questions: readonly Question[],
  answers: Answers,
): Question[] {
  const shown: Question[] = []
  for (const question of questions) {
    const on = question.askedIfQuestion
    const applies = !on || (shown.some((one) => one.name === on) && answers[on]?.[0] === question.askedIfValue)
    if (applies) shown.push(question)
  }
  return shown
}

/** What is sent: answers to questions that count, and no empty ones. */
export function given(
  questions: readonly QuestionFieldsFragment[],
  answers: Answers,
): { question: string; values: string[] }[] {
  return asked(questions, answers)
    .map(({ name }) => ({ question: name, values: (answers[name] ?? []).map((value) => value.trim()).filter(Boolean) }))
    .filter((one) => one.values.length)
}
