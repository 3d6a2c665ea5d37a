import type { Methods } from '../vim/types.ts'

/** Methods that change nothing and may be called again when their answer was lost. */
export const readOnly: ReadonlySet<keyof Methods> = new Set([
  'RetrieveServiceContent',
  'CurrentTime',
  'SessionIsActive',
  'HasPrivilegeOnEntities',
  'FindByInventoryPath',
  'FindByUuid',
  'FindAllByUuid',
  'FindChild',
  'GetCustomizationSpec',
  'QueryVirtualDiskUuid',
  'ListProcessesInGuest',
  'ListFilesInGuest',
  'ValidateCredentialsInGuest',
])
