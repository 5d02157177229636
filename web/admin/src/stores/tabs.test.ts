import { createPinia, setActivePinia } from 'pinia'
import { nextTick } from 'vue'
import { beforeEach, describe, expect, it } from 'vitest'
import { useSession } from './session'
import { MOST_TABS, useTabs } from './tabs'

function page(path: string, query = '') {
  return { path, fullPath: path + query, label: 'batch.menu' }
}

function signedIn(id: string) {
  setActivePinia(createPinia())
  useSession().staff = { id } as never
  return useTabs()
}

describe('open pages', () => {
  beforeEach(() => sessionStorage.clear())

  it('come back after a reload, for the same person only', async () => {
    const tabs = signedIn('1')
    tabs.visit(page('/a', '?search=x'))
    tabs.visit(page('/b'))
    tabs.setTitle('/b', 'B')
    await nextTick()
    expect(signedIn('1').tabs).toEqual([page('/a', '?search=x'), { ...page('/b'), title: 'B' }])
    expect(signedIn('2').tabs).toEqual([])
  })

  it('are each there once, at the place they were left', () => {
    const tabs = signedIn('1')
    tabs.visit(page('/a'))
    tabs.visit(page('/b'))
    tabs.visit(page('/a', '?kind=X'))
    expect(tabs.alive).toEqual(['/a', '/b'])
    expect(tabs.placeOf('/a')).toBe('/a?kind=X')
    expect(tabs.placeOf('/c')).toBe('/c')
  })

  it('give way to what replaces them', () => {
    const tabs = signedIn('1')
    tabs.visit(page('/import'))
    tabs.visit(page('/b'))
    tabs.visit(page('/batch/1'), '/import')
    expect(tabs.alive).toEqual(['/batch/1', '/b'])
  })

  it('are at most so many; unsaved work is never the one to go', () => {
    const tabs = signedIn('1')
    tabs.visit(page('/0'))
    tabs.setDirty('/0', true)
    for (let n = 1; n <= MOST_TABS; n += 1) tabs.visit(page(`/${n}`))
    expect(tabs.alive).toHaveLength(MOST_TABS)
    expect(tabs.alive).toContain('/0')
    expect(tabs.alive).not.toContain('/1')
    expect(tabs.takeClosed()?.path).toBe('/1')
  })

  it('can be moved and reopened', () => {
    const tabs = signedIn('1')
    for (const path of ['/a', '/b', '/c']) tabs.visit(page(path))
    tabs.move('/c', '/a')
    expect(tabs.alive).toEqual(['/c', '/a', '/b'])
    tabs.forget(['/a', '/b'])
    expect(tabs.alive).toEqual(['/c'])
    expect([tabs.takeClosed()?.path, tabs.takeClosed()?.path, tabs.takeClosed()]).toEqual(['/b', '/a', undefined])
  })
})
