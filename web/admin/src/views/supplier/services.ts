import type { SupplierService } from '@/gql/graphql'

export const SERVICES: readonly SupplierService[] = ['FULL', 'SOCIAL', 'HOUSING', 'PAYROLL', 'OTHER']
