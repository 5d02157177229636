import type { Education, TalentFieldsFragment, TalentInput } from '@/gql/graphql'

/** What a clerk fills in of a talent, however the person was found. */
export interface TalentValues extends Record<string, unknown> {
  name: string
  phone: string
  cityCode: string
  post: string
  years: string
  education: Education | ''
  availableFrom: string
  tags: string[]
  skills: string[]
  note: string
}

export function startOf(talent?: TalentFieldsFragment | null): TalentValues {
  return {
    name: talent?.name ?? '',
    phone: '',
    cityCode: talent?.cityCode ?? '',
    post: talent?.post ?? '',
    years: talent ? String(talent.years) : '',
    education: talent?.education ?? '',
    availableFrom: talent?.availableFrom ?? '',
    tags: [...(talent?.tags ?? [])],
    skills: [...(talent?.skills ?? [])],
    note: talent?.note ?? '',
  }
}

export function inputOf(values: TalentValues): TalentInput {
  return {
    name: values.name.trim(),
    phone: values.phone.trim(),
    cityCode: values.cityCode || null,
    post: values.post.trim(),
    years: Number(values.years || '0'),
    education: values.education || null,
    availableFrom: values.availableFrom || null,
    tags: values.tags,
    skills: values.skills,
    note: values.note.trim(),
  }
}

export function wholeYears(text: string): string | null {
  return !text.trim() || /^\d{1,2}$/.test(text.trim()) ? null : 'talent.yearsWhole'
}
