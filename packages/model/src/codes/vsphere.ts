import type { CodeEntry } from './entry.ts'

export const vsphere = {
  FORGE5301: {
    title: 'A name leads nowhere in vSphere',
    explanation:
      'A machine names a datacenter, cluster, host, resource pool, datastore, network, template or vSphere tag that is not in the inventory, or that this login may not see. The detail lists what there is, the nearest first. Wherever a name is asked for, an inventory path does as well: /DC0/host/cluster1/Resources/web, or the end of one.',
  },
  FORGE5302: {
    title: 'A name leads to several objects of vSphere',
    explanation:
      'Names are unique in a folder and not in a datacenter. Write the inventory path of the object that is meant, or so much of its end that only one is left: prod/web in place of web.',
  },
  FORGE5303: {
    title: 'It is not said where in vSphere a machine is to be',
    explanation:
      'Where there is only one datacenter, cluster or host, or datastore that can be used, it need not be named. Here are none or several. In a cluster without DRS a host has to be named, since nothing chooses one. Name one for the machine, or for all of them in the settings of the provider.',
  },
  FORGE5304: {
    title: 'A machine cannot be where it is to be',
    explanation:
      'What a machine names is there and cannot be used for it: a host or a datastore in maintenance mode or out of reach, a host that is not in the cluster, a network or datastore that the cluster or host does not have, a datastore cluster in place of a datastore. The detail says which, and what could be used.',
  },
  FORGE5305: {
    title: 'An image is not there',
    explanation:
      'The ISO image that a machine is to boot from is not in its datastore. A path without a datastore in brackets is in the machine’s own. Names of files are compared with regard to upper and lower case.',
  },
  FORGE5306: {
    title: 'A machine with a template and an image',
    explanation:
      'A machine of vSphere is either cloned from a template or another machine, or made empty to boot from an ISO image. One that names both would be neither.',
  },
  FORGE5307: {
    title: 'A linked clone of nothing',
    explanation:
      'A linked clone shares the disks of the current snapshot of the machine or template that it is made from, so there has to be a template and it has to have a snapshot. Full clones need none.',
  },
  FORGE5308: {
    title: 'A datastore is too small',
    explanation:
      'The machines that are to be made want more space than their datastore has free. Thick disks take theirs at once, which is an error; thin disks and copies of templates may turn out smaller, which is a warning. What the same run takes away first is not counted.',
  },
  FORGE5309: {
    title: 'A name is taken',
    explanation:
      'A folder of vSphere holds a name once. Another machine, which is not forge’s, has the name, two machines of the configuration want it, or a folder is to be made where a machine has its name.',
  },
  FORGE5310: {
    title: 'Privileges are missing',
    explanation:
      'vCenter says that this login may not do everything that making, changing or removing the objects takes. The detail names the object and the privileges by their identifiers, as roles in vCenter list them. A plan goes on, since it works with a login that only reads; an apply ends with exit code 1 before its first step.',
  },
  FORGE5311: {
    title: 'A standalone ESXi host cannot do this',
    explanation:
      'Clusters, folders of machines, templates and clones, vSphere tags, custom attributes and rules are vCenter’s. A host that is spoken to directly makes machines that boot from ISO images.',
  },
  FORGE5312: {
    title: 'Something could not be checked',
    explanation:
      'vSphere refused a question that only serves to find problems early, for example since this login may not look into a datastore. The run may succeed none the less.',
  },
  FORGE5313: {
    title: 'There is no place for kept disks',
    explanation:
      'A disk with retain: true outlives its machine, so it cannot lie in the machine’s own folder. Say in the settings of the provider where such disks lie: diskFolder: "[nfs] forge-disks".',
  },
  FORGE5314: {
    title: 'A fixed address and several adapters',
    explanation:
      'A guest that is told a fixed address takes it for whatever adapter it finds. Where a machine has several, only vSphere can say which is meant, and it does so in clones of templates with VMware Tools. Give the machine one network, or let it be customised.',
  },
  FORGE5315: {
    title: 'An advanced setting cannot be set',
    explanation:
      'Keys of extraConfig are letters, digits and . _ : - and differ in more than capital letters; keys that begin with forge. are forge’s own. vSphere takes an empty value for none, so that it would read back as missing for ever.',
  },
  FORGE5316: {
    title: 'Two disks of one name',
    explanation:
      'forge knows the disks of a machine by their names, and the one of persistentSize is named persistent. With another of that name it could not tell which is which.',
  },
  FORGE5317: {
    title: 'An image that machines of vSphere cannot boot',
    explanation:
      'What is pushed to a datastore is a CD-ROM image, which a machine names in iso. An image of format kernel+initrd is for machines that boot a kernel directly, such as those of the provider hyperkit.',
  },
  FORGE5318: {
    title: 'A file stands where an image is to be put',
    explanation:
      'forge writes over no file of a datastore. One that has the name of an image and that no note of forge speaks of, or that is not what its note says, is taken for the image if it holds the same; otherwise the push ends there. Remove it, or rename it, if nothing needs it.',
  },
} as const satisfies Record<string, CodeEntry>
