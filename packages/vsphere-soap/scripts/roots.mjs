// What of the vSphere API this package speaks. A type comes with everything that its fields name and, if it is a base,
// with all that derive from it; of faults, which are some seven hundred, only those that are listed.

export const methods = words(`
  RetrieveServiceContent CurrentTime
  Login Logout SessionIsActive AcquireGenericServiceTicket TerminateSession HasPrivilegeOnEntities UpdateOptions
  CreateContainerView CreateListView ModifyListView DestroyView
  CreatePropertyCollector DestroyPropertyCollector CreateFilter DestroyPropertyFilter
  RetrievePropertiesEx ContinueRetrievePropertiesEx CancelRetrievePropertiesEx WaitForUpdatesEx CancelWaitForUpdates
  FindByInventoryPath FindByUuid FindAllByUuid FindChild
  CreateFolder MoveIntoFolder_Task Rename_Task Destroy_Task UnregisterAndDestroy_Task
  CreateVM_Task RegisterVM_Task CloneVM_Task ReconfigVM_Task RelocateVM_Task CustomizeVM_Task UnregisterVM UpgradeVM_Task
  PowerOnVM_Task PowerOffVM_Task ResetVM_Task SuspendVM_Task ShutdownGuest RebootGuest
  MarkAsTemplate MarkAsVirtualMachine AnswerVM AcquireTicket ConsolidateVMDisks_Task
  CreateSnapshot_Task RevertToSnapshot_Task RemoveSnapshot_Task RemoveAllSnapshots_Task
  CancelTask
  CreateResourcePool UpdateConfig ReconfigureComputeResource_Task
  AddCustomFieldDef SetField GetCustomizationSpec
  MakeDirectory DeleteDatastoreFile_Task MoveDatastoreFile_Task CopyDatastoreFile_Task
  SearchDatastore_Task SearchDatastoreSubFolders_Task
  CreateVirtualDisk_Task CopyVirtualDisk_Task MoveVirtualDisk_Task ExtendVirtualDisk_Task DeleteVirtualDisk_Task QueryVirtualDiskUuid
  CreateImportSpec ImportVApp HttpNfcLeaseProgress HttpNfcLeaseComplete HttpNfcLeaseAbort
  ValidateCredentialsInGuest StartProgramInGuest ListProcessesInGuest TerminateProcessInGuest
  InitiateFileTransferToGuest InitiateFileTransferFromGuest
  CreateTemporaryDirectoryInGuest CreateTemporaryFileInGuest MakeDirectoryInGuest ListFilesInGuest
  DeleteFileInGuest DeleteDirectoryInGuest
`)

// What properties answer with, where no method names the type.
export const values = words(`
  TaskInfo ElementDescription CustomFieldDef CustomFieldStringValue Permission Tag
  VirtualMachineConfigInfo VirtualMachineRuntimeInfo VirtualMachineSummary VirtualMachineStorageInfo
  VirtualMachineFileLayoutEx VirtualMachineSnapshotInfo GuestInfo
  DatastoreSummary DatastoreInfo DatastoreCapability DatastoreHostMount
  HostRuntimeInfo ResourcePoolRuntimeInfo ResourcePoolSummary NetworkSummary OpaqueNetworkSummary
  HostDatastoreBrowserSearchResults
  ComputeResourceSummary ClusterComputeResourceSummary ClusterConfigInfoEx DVSSummary HttpNfcLeaseInfo
`)

export const faults = words(`
  NotAuthenticated InvalidLogin NoPermission RestrictedVersion InvalidLocale
  ManagedObjectNotFound InvalidProperty InvalidCollectorVersion InvalidArgument InvalidRequest MethodNotFound InvalidType
  NotSupported NotImplemented SystemError HostCommunication HostNotConnected RequestCanceled UnexpectedFault SecurityError
  DuplicateName AlreadyExists NotFound InvalidName ConcurrentAccess TaskInProgress Timedout ResourceInUse LimitExceeded
  InvalidState InvalidPowerState InvalidDatastore InvalidDatastorePath InvalidFolder VmConfigFault InvalidDeviceSpec
  InvalidVmConfig CpuHotPlugNotSupported MemoryHotPlugNotSupported GenericVmConfigFault CannotAccessNetwork CannotAccessFile
  DisallowedOperationOnFailoverHost DisallowedDiskModeChange InvalidController MissingController TooManyDevices
  FileFault FileAlreadyExists FileNotFound FileLocked CannotDeleteFile NoDiskSpace InsufficientResourcesFault
  InsufficientMemoryResourcesFault InsufficientCpuResourcesFault NotEnoughCpus NotEnoughLicenses OutOfBounds
  MigrationFault RuleViolation NoCompatibleHost
  ToolsUnavailable GuestOperationsFault GuestOperationsUnavailable InvalidGuestLogin GuestPermissionDenied
  GuestProcessNotFound GuestComponentsOutOfDate OperationDisabledByGuest OperationNotSupportedByGuest
  CustomizationFault NicSettingMismatch UncustomizableGuest SnapshotFault NoSubjectName SSLVerifyFault
`)

// What the schema requires and a server was seen to leave out: vcsim says nothing of a guest file's attributes.
export const leftOut = words(`
  FileTransferInformation.attributes
`)

function words(text) {
  return text.trim().split(/\s+/)
}
