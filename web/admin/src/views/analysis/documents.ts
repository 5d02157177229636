import { graphql } from '@/gql'

export const StopAnalysisDocument = graphql(/* GraphQL */ `
  query StopAnalysis(
    $fromMonth: Month!
    $toMonth: Month!
    $by: [StopDimension!]!
    $companyId: ID
    $branches: Boolean!
    $cityCode: String
    $moves: Boolean!
  ) {
    stopAnalysis(
      fromMonth: $fromMonth
      toMonth: $toMonth
      by: $by
      companyId: $companyId
      branches: $branches
      cityCode: $cityCode
      moves: $moves
    ) {
      month
      companyId
      companyName
      cityCode
      city {
        id
        name
      }
      reason
      reasonLabel
      reasonLabelEn
      people
    }
  }
`)

export const ContributionsDocument = graphql(/* GraphQL */ `
  query Contributions($fromMonth: Month!, $toMonth: Month!, $companyId: ID, $cityCode: String) {
    contributionStatistics(fromMonth: $fromMonth, toMonth: $toMonth, companyId: $companyId, cityCode: $cityCode) {
      month
      cityCode
      city {
        id
        name
      }
      kind
      kindLabel
      kindLabelEn
      people
      base
      employer
      employee
      total
      lateFee
    }
  }
`)
