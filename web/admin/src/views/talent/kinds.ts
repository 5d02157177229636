import type { Education } from '@/gql/graphql'

/** In ascending order. */
export const EDUCATIONS: Education[] = ['JUNIOR', 'HIGH', 'COLLEGE', 'BACHELOR', 'MASTER', 'DOCTOR']
export const MOST_COMPARED = 4
const SEPARATOR = '|'

/** Several tags in one word of the address. */
export function joined(tags: readonly string[]): string {
  return tags.map((tag) => tag.replaceAll(SEPARATOR, ' ').trim()).filter(Boolean).join(SEPARATOR)
}

export function split(text: string): string[] {
  return text ? text.split(SEPARATOR) : []
}
