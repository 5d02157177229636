import { graphql } from '@/gql'

export const FlowFields = graphql(/* GraphQL */ `
  fragment FlowFields on ApprovalFlow {
    id
    line
    version
    business
    name
    priority
    cityCode
    minAmount
    maxAmount
    createdBy
    createdAt
    retiredAt
    company {
      id
      name
    }
    steps {
      name
      mode
      approvers {
        kind
        label
        code
      }
      hours
      days
      escalateTo
      escalatesTo
      skipIfSame
    }
  }
`)

export const ApprovalFlowsDocument = graphql(/* GraphQL */ `
  query ApprovalFlows {
    approvalFlows {
      ...FlowFields
    }
  }
`)

export const FlowVersionsDocument = graphql(/* GraphQL */ `
  query FlowVersions($line: ID!) {
    approvalFlowVersions(line: $line) {
      ...FlowFields
    }
  }
`)

export const SaveFlowDocument = graphql(/* GraphQL */ `
  mutation SaveFlow($input: ApprovalFlowInput!, $key: String!) {
    saveApprovalFlow(input: $input, idempotencyKey: $key) {
      flow {
        ...FlowFields
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const RetireFlowDocument = graphql(/* GraphQL */ `
  mutation RetireFlow($line: ID!, $key: String!) {
    retireApprovalFlow(line: $line, idempotencyKey: $key) {
      flow {
        ...FlowFields
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const DryRunDocument = graphql(/* GraphQL */ `
  query DryRun($business: String!, $companyId: ID!, $cityCode: String, $amount: Yuan, $requesterId: ID) {
    approvalDryRun(
      business: $business
      companyId: $companyId
      cityCode: $cityCode
      amount: $amount
      requesterId: $requesterId
    ) {
      flow {
        ...FlowFields
      }
      steps {
        number
        name
        mode
        hours
        days
        approvers {
          kind
          label
        }
        asked {
          id
          name
          deputies
        }
        warning {
          ...ProblemFields
        }
      }
    }
  }
`)

export const AskedPeopleDocument = graphql(/* GraphQL */ `
  fragment AskedPeople on ApprovalDryRun {
    steps {
      asked {
        id
        name
      }
    }
  }
`)

export const ColleaguesDocument = graphql(/* GraphQL */ `
  query Colleagues($companyId: ID!) {
    batch: approvalDryRun(business: "batch", companyId: $companyId) {
      ...AskedPeople
    }
    bill: approvalDryRun(business: "bill", companyId: $companyId) {
      ...AskedPeople
    }
    policy: approvalDryRun(business: "policy", companyId: $companyId) {
      ...AskedPeople
    }
    blacklist: approvalDryRun(business: "blacklist", companyId: $companyId) {
      ...AskedPeople
    }
  }
`)

export const DelegationsDocument = graphql(/* GraphQL */ `
  query Delegations($past: Boolean!) {
    approvalDelegates(past: $past, first: 100) {
      edges {
        node {
          id
          staffId
          staff
          delegateId
          delegate
          business
          fromDay
          toDay
          createdBy
          createdAt
          endedAt
        }
      }
      totalCount
    }
  }
`)

export const DelegateDocument = graphql(/* GraphQL */ `
  mutation Delegate($input: ApprovalDelegationInput!) {
    delegateApprovals(input: $input) {
      delegation {
        id
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)

export const EndDelegationDocument = graphql(/* GraphQL */ `
  mutation EndDelegation($id: ID!) {
    endDelegation(id: $id) {
      delegation {
        id
        endedAt
      }
      problems {
        ...ProblemFields
      }
    }
  }
`)
