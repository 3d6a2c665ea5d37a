import type { ProviderErrorKind } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import type { Types } from '@forgeplan/vsphere-soap'
import { VsphereError, VsphereFault, isA, isFault } from '@forgeplan/vsphere-soap'

/** Gives the client's errors the kind that the engine acts on. */
export const inWords = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    throw asProviderError(error)
  }
}

/** The error as the engine understands it; what is none of the client's passes through. */
export const asProviderError = (error: unknown): unknown =>
  error instanceof VsphereError ? new ProviderError(kindOf(error), `${wordsOf(error)}.`.replace(/\.\.$/, '.'), { cause: error }) : error

// Of what a person can do something about, in a person's words.
const wordsOf = (error: VsphereError): string => {
  if (isFault(error, 'InvalidLogin')) return 'The server refuses this user name and password'
  if (isFault(error, 'InvalidGuestLogin')) return 'The guest refuses the login of guestUser and guestPassword'
  if (!(error instanceof VsphereFault) || !isA(error.detail, 'NoPermission')) return error.message
  const { object, privilegeId, missingPrivileges = [] } = error.detail
  const lacking = [
    ...new Set([...(privilegeId === undefined ? [] : [privilegeId]), ...missingPrivileges.flatMap((each) => each.privilegeIds ?? [])]),
  ]
  const where = object === undefined ? '' : ` on ${object.type} ${object.value}`
  return lacking.length === 0 ? error.message : `This login lacks the privilege ${lacking.join(', ')}${where}`
}

const kindOf = (error: VsphereError): ProviderErrorKind => {
  if (error instanceof VsphereFault) return kindOfFault(error)
  return failureKinds[error.kind]
}

// A vCenter sends the particular kind of a fault, and many derive from those that are known here.
const kindOfFault = ({ fault, detail }: VsphereFault): ProviderErrorKind =>
  faultKinds.get(fault) ?? [...faultKinds].find(([name]) => isA(detail, name as keyof Types))?.[1] ?? 'internal'

const failureKinds: Readonly<Record<VsphereError['kind'], ProviderErrorKind>> = {
  request: 'internal',
  unreachable: 'transient',
  certificate: 'denied',
  fault: 'internal',
  http: 'transient',
  answer: 'transient',
  lost: 'transient',
  timeout: 'transient',
  checksum: 'transient',
  closed: 'internal',
}

const faultKinds: ReadonlyMap<string, ProviderErrorKind> = new Map([
  ...(
    [
      'NoPermission',
      'InvalidLogin',
      'NotAuthenticated',
      'RestrictedVersion',
      'LicenseExpired',
      'InvalidGuestLogin',
      'GuestPermissionDenied',
    ] as const
  ).map((name) => [name, 'denied'] as const),
  ...(
    [
      'TaskInProgress',
      'ConcurrentAccess',
      'HostCommunication',
      'HostNotConnected',
      'HostNotReachable',
      'ResourceInUse',
      'Timedout',
      'RequestCanceled',
      'GuestOperationsUnavailable',
      'TooManyGuestLogons',
    ] as const
  ).map((name) => [name, 'transient'] as const),
  ...(['ManagedObjectNotFound', 'DuplicateName', 'InvalidPowerState', 'InvalidState', 'AlreadyExists', 'FileAlreadyExists'] as const).map(
    (name) => [name, 'conflict'] as const,
  ),
  ...(
    [
      'InvalidArgument',
      'InvalidName',
      'InvalidDatastore',
      'InvalidDatastorePath',
      'InvalidDeviceSpec',
      'InsufficientResourcesFault',
      'NoDiskSpace',
      'NotSupported',
      'FileNotFound',
      'NotEnoughLicenses',
      'GuestComponentsOutOfDate',
      'OperationDisabledByGuest',
      'OperationNotSupportedByGuest',
    ] as const
  ).map((name) => [name, 'invalid'] as const),
])
