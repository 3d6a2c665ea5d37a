/** Machines of a vCenter or an ESXi host. It has to be edited: nobody knows the names of another's vCenter. */
export const vsphere = (stack: string): string => `# Machines on a vCenter or a standalone ESXi host. Edit the names under variables first.
#
#   export VSPHERE_PASSWORD=...
#   forge init --check   logs in; for an unknown certificate it tells the thumbprint
#   forge plan           what would be done, and every name that leads nowhere; changes nothing
#   forge apply          shows the same, asks, and does it
#
# Without a vCenter: npm run vcsim in forge's repository starts a simulated one, see docs/vsphere.md.

# The name of the whole. It stands in every plan and in the mark on every machine.
stack: ${stack}

variables:
  # Another value: --var datastore=ssd, FORGE_VAR_datastore=ssd, or --var-file with a line of each.
  server: { default: vcenter.example.com, description: The vCenter or the host. }
  user: { default: forge@vsphere.local, description: Who logs in. }
  cluster: { default: cluster, description: The cluster that machines run in. }
  datastore: { default: datastore1, description: Where their files are. }
  network: { default: VM Network, description: The network of their adapters. }
  template: { default: debian-12, description: The template that they are cloned from. }
  size: { type: integer, default: 2, description: How many workers there are. }

providers:
  vcenter:
    plugin: vsphere
    url: "\${var.server}"
    username: "\${var.user}"
    # Or file:PATH. It reaches no state, no plan and no log.
    password: env:VSPHERE_PASSWORD
    # Trust exactly this certificate. caFile: names the file of an authority of your own.
    # thumbprint: sha256:...
    # Where machines are made that do not say so themselves. datacenter: is needed where there are several.
    cluster: "\${var.cluster}"
    datastore: "\${var.datastore}"
    network: "\${var.network}"

flavors:
  # What a machine runs when it boots for the first time; cloud-init finds it in the template's VMware data source.
  worker:
    plugin: vanilla
    init: |
      #!/bin/sh
      touch /var/lib/is-at-work
    # How forge sees that it is well; without it a machine that runs is taken for well.
    # health: { tcp: { port: 22 } }

groups:
  # So many of a kind, in the folder worker: group.worker/1, group.worker/2 and so on.
  worker:
    size: "\${var.size}"
    instance: { provider: vcenter, template: "\${var.template}", cpus: 2, memory: 4GiB }
    flavor: worker
    # One more than wanted while they are made anew, and one less while they are restarted.
    update: { maxSurge: 1, maxUnavailable: 1 }

# instances:
#   # One machine with a name of its own, which boots from an image and has a disk.
#   database:
#     instance: { provider: vcenter, iso: "[datastore1] iso/database.iso", memory: 8GiB, disks: [{ name: data, size: 40GiB }] }

outputs:
  # forge output workers
  workers: "\${groups.worker.name}"

policy:
  # An apply that would end more than this without a successor asks for --max-destroy first.
  maxDestroy: 30%
`
