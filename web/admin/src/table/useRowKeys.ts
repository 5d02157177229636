import type { Ref } from 'vue'

interface Acts {
  open: (index: number) => void
  toggle: (index: number) => void
  escape: () => void
}

/** Up and down move through the rows, Enter opens, Space ticks, Esc drops what is ticked. */
export function useRowKeys(scroller: Ref<HTMLElement | null>, acts: Acts) {
  function rows(): HTMLElement[] {
    return [...(scroller.value?.querySelectorAll<HTMLElement>('tr[data-row]') ?? [])]
  }

  function focus(index: number): void {
    const all = rows()
    const row = all[Math.max(0, Math.min(index, all.length - 1))]
    row?.focus({ preventScroll: true })
    row?.scrollIntoView?.({ block: 'nearest' })
  }

  function pressed(event: KeyboardEvent): void {
    const target = event.target as HTMLElement
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === 'Escape') return acts.escape()
    const row = target.closest<HTMLElement>('tr[data-row]')
    const at = row ? rows().indexOf(row) : -1
    const onRow = target === row || target === scroller.value
    const tick = target.matches('input[type=checkbox]')
    if (!onRow && !tick) return
    if (event.key === 'ArrowDown') focus(at + 1)
    else if (event.key === 'ArrowUp') focus(at < 0 ? 0 : at - 1)
    else if (event.key === 'Home' && at >= 0) focus(0)
    else if (event.key === 'End' && at >= 0) focus(rows().length - 1)
    else if (event.key === 'Enter' && at >= 0) acts.open(at)
    else if (event.key === ' ' && at >= 0 && !tick) acts.toggle(at)
    else return
    event.preventDefault()
  }

  return { pressed }
}
