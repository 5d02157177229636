import { describe, expect, it } from 'vitest'
import { asked } from './answers'

const questions = [
  { name: 'first', askedIfQuestion: null, askedIfValue: null },
  { name: 'former', askedIfQuestion: 'first', askedIfValue: 'no' },
  { name: 'detail', askedIfQuestion: 'former', askedIfValue: 'x' },
]

describe('the questions that count', () => {
  it('are those whose condition has been answered so', () => {
    expect(asked(questions, { first: ['yes'] }).map((one) => one.name)).toEqual(['first'])
    expect(asked(questions, { first: ['no'] }).map((one) => one.name)).toEqual(['first', 'former'])
  })

  it('do not hang on an answer to a question that is no longer asked', () => {
    expect(asked(questions, { first: ['yes'], former: ['x'] }).map((one) => one.name)).toEqual(['first'])
  })
})
