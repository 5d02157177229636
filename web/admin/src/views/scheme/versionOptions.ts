import type { SchemeFull } from './useScheme'

/** The versions that can be computed with, by the month they began. */
export function versionOptions(
  scheme: Pick<SchemeFull, 'versions'>,
  t: (key: string, values?: Record<string, unknown>) => string,
): { id: string; label: string }[] {
  return scheme.versions.flatMap((version) => {
    if (!version.id || version.retiredAt) return []
    const since = version.effectiveFrom ? t('scheme.since', { month: version.effectiveFrom }) : t('scheme.always')
    const revision = version.revision > 1 ? ` ${t('scheme.revision', { n: version.revision })}` : ''
    return [{ id: version.id, label: `${since}${revision}` }]
  })
}
