import { graphql } from '@/gql'

export const TalentFields = graphql(/* GraphQL */ `
  fragment TalentFields on Talent {
    id
    companyName
    name
    phoneMasked
    cityCode
    cityName
    source
    post
    years
    education
    availableFrom
    state
    consentDay
    note
    tags
    skills
    createdAt
  }
`)

export const TalentsDocument = graphql(/* GraphQL */ `
  query Talents($filter: TalentFilterInput!, $first: Int!, $after: String) {
    talents(filter: $filter, first: $first, after: $after) {
      edges {
        node {
          ...TalentFields
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
      totalCount
    }
  }
`)

export const TalentDocument = graphql(/* GraphQL */ `
  query Talent($id: ID!) {
    talent(id: $id) {
      ...TalentFields
      consentFile {
        id
        name
        size
      }
    }
  }
`)

export const TalentComparisonDocument = graphql(/* GraphQL */ `
  query TalentComparison($ids: [ID!]!) {
    talentComparison(ids: $ids) {
      people {
        talent {
          ...TalentFields
        }
        monthsPaid
        baseLabel
        baseLabelEn
        gaps
        gapsLabel
        gapsLabelEn
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const TalentFiguresDocument = graphql(/* GraphQL */ `
  query TalentFigures($companyId: ID) {
    talentFigures(companyId: $companyId) {
      listed
      waiting
      erased
      figures {
        code
        title
        titleEn
        groups {
          key
          label
          labelEn
          people
          merged
        }
      }
    }
  }
`)

/** Leavers: enrolments that have stopped, found by name or number. */
export const LeaverOptionsDocument = graphql(/* GraphQL */ `
  query LeaverOptions($search: String!) {
    enrollments(search: $search, state: STOPPED, first: 20) {
      edges {
        node {
          id
          lastMonth
          person {
            id
            name
          }
          company {
            id
            name
          }
        }
      }
    }
  }
`)

export const RosterOptionsDocument = graphql(/* GraphQL */ `
  query RosterOptions($search: String!) {
    rosterEntries(filter: { search: $search }, first: 20) {
      edges {
        node {
          id
          name
          companyName
          post
        }
      }
    }
  }
`)
