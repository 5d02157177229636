/** Business days and months are those of Shanghai, wherever the browser stands. */
const ZONE = 'Asia/Shanghai'

function parts(at: Date): Record<string, string> {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: ZONE,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  })
  return Object.fromEntries(format.formatToParts(at).map((part) => [part.type, part.value]))
}

export function exact(instant: string): string {
  const p = parts(new Date(instant))
  return `${p.year}-${p.month}-${p.day} ${p.hour}:${p.minute}:${p.second}`
}

export function day(instant: string): string {
  return exact(instant).slice(0, 10)
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['second', 60],
  ['minute', 60],
  ['hour', 24],
  ['day', 7],
]

/** Near moments in words, anything older than a week as its day; null for less than a minute. */
export function relative(instant: string, now: Date, locale: string): string | null {
  let distance = (new Date(instant).getTime() - now.getTime()) / 1000
  const words = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  for (const [unit, size] of STEPS) {
    if (Math.abs(distance) < size) {
      return unit === 'second' ? null : words.format(Math.trunc(distance), unit)
    }
    distance /= size
  }
  return day(instant)
}

export function thisMonth(now: Date = new Date()): string {
  const p = parts(now)
  return `${p.year}-${p.month}`
}

export function today(now: Date = new Date()): string {
  return day(now.toISOString())
}

export function isMonth(text: string): boolean {
  return /^\d{4}-(0[1-9]|1[0-2])$/.test(text)
}

export function shiftMonth(month: string, by: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number)
  const index = year * 12 + number - 1 + by
  return `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`
}
