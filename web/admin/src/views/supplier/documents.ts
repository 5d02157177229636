import { graphql } from '@/gql'

export const SupplierFields = graphql(/* GraphQL */ `
  fragment SupplierFields on Supplier {
    id
    name
    creditCode
    state
    note
    contracts {
      ...ContractFields
    }
    prices {
      id
      service
      price
      inForce
      cityCode
      city {
        id
        name
      }
    }
    scores {
      id
      period
      total
    }
    schemes {
      id
      name
    }
  }
`)

export const SuppliersDocument = graphql(/* GraphQL */ `
  query Suppliers($search: String!, $state: SupplierState, $cityCode: String!, $within: Int, $first: Int!, $after: String) {
    suppliers(search: $search, state: $state, cityCode: $cityCode, expiringWithin: $within, first: $first, after: $after) {
      edges {
        node {
          ...SupplierFields
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

export const ExpiringPapersDocument = graphql(/* GraphQL */ `
  query ExpiringPapers($within: Int!) {
    expiringSupplierPapers(withinDays: $within) {
      supplierId
      supplier
      what
      name
      toDay
    }
  }
`)

export const SupplierDocument = graphql(/* GraphQL */ `
  query Supplier($id: ID!) {
    supplier(id: $id) {
      id
      name
      creditCode
      state
      note
      contracts {
        ...ContractFields
      }
      contacts {
        ...ContactFields
      }
      prices {
        id
        cityCode
        service
        fromMonth
        price
        inForce
        city {
          id
          name
        }
      }
      scores {
        id
        period
        points {
          key
          points
        }
        total
        comment
        scoredBy
        createdAt
      }
      documents {
        id
        kind
        name
        expiresDay
        createdAt
        file {
          id
          name
          size
        }
      }
      schemes {
        id
        name
      }
      history {
        id
        at
        actor
        label
        labelEn
        detail
      }
    }
  }
`)

export const SupplierCriteriaDocument = graphql(/* GraphQL */ `
  query SupplierCriteria($period: String!) {
    supplierCriteria(period: $period) {
      key
      name
      nameEn
      weight
      note
    }
  }
`)
