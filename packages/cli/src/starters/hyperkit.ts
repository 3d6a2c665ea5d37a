/** Machines of this very computer. The stub driver needs nothing installed, so this applies as it stands. */
export const hyperkit = (stack: string): string => `# Machines that forge makes, watches and repairs.
#
#   forge validate   all problems of this file, each with its place
#   forge plan       what would be done; changes nothing
#   forge apply      shows the same, asks, and does it
#   forge destroy    takes everything down again
#
# forge schema > forge.schema.json gives editors completion for every field.

# The name of the whole. It stands in every plan and in the mark on every machine.
stack: ${stack}

variables:
  # Another value: --var size=5, or FORGE_VAR_size=5.
  size: { type: integer, default: 2, description: How many workers there are. }

providers:
  # stub: a machine is a process with a directory of its own, without any hypervisor.
  # qemu: a virtual machine; its instances then need a kernel or an iso to boot from.
  local: { plugin: hyperkit, driver: stub, root: .forge/machines }

flavors:
  # What a machine does when it boots for the first time, and how forge sees that it is well.
  worker:
    plugin: vanilla
    init: |
      echo "$FORGE_MEMBER is at work"
      touch ready
      while :; do sleep 60; done
    health: { exec: [test, -e, ready] }
    # Run inside before a machine is destroyed:
    # drain: [rm, ready]

groups:
  # So many of a kind: group.worker/1, group.worker/2 and so on.
  worker:
    size: "\${var.size}"
    instance: { provider: local }
    flavor: worker

instances:
  # One machine with a name of its own: instance.admin.
  admin:
    instance: { provider: local }
    flavor: worker

outputs:
  # forge output workers
  workers: "\${groups.worker.directory}"

policy:
  # An apply that would end more than this without a successor asks for --max-destroy first.
  maxDestroy: 30%
`
