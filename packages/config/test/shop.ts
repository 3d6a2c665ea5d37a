import type { Outside } from './reading.ts'

/** A configuration that uses nearly everything. */
export const shop = `stack: shop
variables:
  size: { type: integer, default: 2 }
  password: { sensitive: true }
  zones: { type: list, default: [a, b] }
providers:
  local: { plugin: sim, endpoint: "http://\${env.HOST}:80", token: env:TOKEN }
flavors:
  web:
    plugin: vanilla
    init:
      - echo \${member.id} of \${stack.name} \${instances.nfs.ip}
      - |
        # script
        curl \${instances.nfs.ip} \${file("x.sh")}
    key: \${var.password}
groups:
  web:
    size: \${var.size + 1}
    instance: { provider: local, memory: 1GiB, hostname: "WEB-\${member.ordinal}", disks: [{ name: z, size: 1GiB }, { name: a, size: "\${1 + 1}GiB" }] }
    flavor: web
    policy: { preventDestroy: true, ignoreChanges: [memory] }
  db:
    ids: [b, a10, a2]
    instance:
      provider: local
      memory: 512MiB
      cpus: '\${stack.env == "prod" ? 4 : 2}'
      password: file:secrets/db
      env: { PEERS: '\${join(groups.web.ip, ",")}', FIRST: '\${groups.web["1"].ip}', TOKEN: "x-\${var.password}", PRICE: "$\${x}" }
instances:
  nfs:
    instance: { provider: local, memory: 1GiB }
    healthTimeout: 90s
outputs:
  url: http://\${instances.nfs.ip}/
  all: { value: "\${groups.web.ip}", description: every address }
moved:
  - { from: group.older, to: group.old }
  - { from: group.old, to: group.web }
policy: { maxDestroy: 2, onDestroy: keep }
`

export const shopOutside: Outside = {
  env: { HOST: 'h' },
  files: { 'x.sh': { text: '#!/bin/sh' } },
  secrets: ['env:TOKEN', 'var:password', 'file:secrets/db'],
  environmentName: 'prod',
}
