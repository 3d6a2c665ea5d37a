const sha = 'b'.repeat(40)

/** Docker in a machine, as one writes it today: pinned images, a persistent disk by its label, a volume. */
export const dockerNow = `# Docker hosts
kernel:
  image: linuxkit/kernel:6.6.71
  cmdline: "console=tty0 console=ttyS0"
init:
  - linuxkit/init:${sha}
  - linuxkit/runc:${sha}
  - linuxkit/containerd:${sha}
  - linuxkit/ca-certificates:${sha}
onboot:
  - name: sysctl
    image: linuxkit/sysctl:${sha}
    binds.add: ["/etc/sysctl.d:/etc/sysctl.d:ro"]
  - name: format
    image: linuxkit/format:${sha}
    command: ["/usr/bin/format", "-label", "FORGE", "/dev/sda"]
    devices:
      - { path: all, type: b }
  - name: mount
    image: linuxkit/mount:${sha}
    command: ["/usr/bin/mountie", "-label", "FORGE", "/var/lib/docker"]
  - name: metadata
    image: linuxkit/metadata:${sha}
services:
  - name: getty
    image: linuxkit/getty:${sha}
    env: [INSECURE=true]
  - name: rngd
    image: linuxkit/rngd:${sha}
  - name: docker
    image: docker:27.5.1-dind
    capabilities: [all]
    net: host
    mounts:
      - { type: cgroup, options: [rw, nosuid, noexec, nodev, relatime] }
    binds:
      - /etc/resolv.conf:/etc/resolv.conf
      - /var/lib/docker:/var/lib/docker
      - /lib/modules:/lib/modules
      - /etc/docker/daemon.json:/etc/docker/daemon.json
      - cache:/cache:rw
    rlimits: ["nofile,1048576,1048576"]
    command: ["/usr/local/bin/docker-init", "/usr/local/bin/dockerd"]
    runtime: { mkdir: [/var/lib/docker], cgroups: [docker] }
volumes:
  - name: cache
files:
  - path: var/lib/docker
    directory: true
    mode: "0711"
  - path: etc/docker/daemon.json
    contents: '{"debug": true}'
  - path: etc/linuxkit.yml
    metadata: yaml
`

/** The same host as it was written in 2018. */
export const docker2018 = `kernel:
  image: linuxkit/kernel:4.9.75
  cmdline: "console=tty0 console=ttyS0"
init:
  - linuxkit/init:9250948d0de494df8a811edb3242b4584057cfe4
  - linuxkit/runc:abc3f292653e64a2fd488e9675ace19a55ec7023
onboot:
  - name: format
    image: linuxkit/format:e945016ec780a788a71dcddc81497d54d3b14bc7
  - name: mount
    image: linuxkit/mount:b346ec277b7074e5c9986128a879c10a1d18742b
    command: ["/usr/bin/mountie", "/var/lib/docker"]
services:
  - name: docker
    image: docker:17.07.0-ce-dind
    capabilities:
     - all
    net: host
    mounts:
     - type: cgroup
       options: ["rw","nosuid","noexec","nodev","relatime"]
    binds:
     - /etc/resolv.conf:/etc/resolv.conf
     - /var/lib/docker:/var/lib/docker
    command: ["/usr/local/bin/docker-init", "/usr/local/bin/dockerd"]
files:
  - path: etc/docker/daemon.json
    contents: '{"debug": true}'
trust:
  org:
    - linuxkit
    - library
`

export const minimal = `kernel:
  image: linuxkit/kernel:6.6.71
  cmdline: console=tty0
init: [linuxkit/init:${sha}, linuxkit/runc:${sha}, linuxkit/containerd:${sha}]
onboot:
  - { name: dhcpcd, image: "linuxkit/dhcpcd:${sha}", command: [/sbin/dhcpcd, --nobackground, -f, /dhcpcd.conf, "-1"] }
services:
  - { name: getty, image: "linuxkit/getty:${sha}", env: [INSECURE=true] }
`

export const sshd = `kernel: { image: "linuxkit/kernel:6.6.71", cmdline: console=ttyS0 }
init: [linuxkit/init:${sha}]
services:
  - name: sshd
    image: linuxkit/sshd:${sha}
    binds.add:
      - /root/.ssh:/root/.ssh
files:
  - path: root/.ssh/authorized_keys
    source: ~/.ssh/id_rsa.pub
    mode: "0600"
    optional: true
`

export const sshd2018 = sshd.replace('binds.add', 'binds').concat('trust:\n  image: [linuxkit/sshd]\n')
