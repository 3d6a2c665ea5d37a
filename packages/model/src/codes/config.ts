import type { CodeEntry } from './entry.ts'

/** Titles are the summaries of the diagnostics. */
export const configuration = {
  FORGE1001: {
    title: 'The file is not valid YAML',
    explanation: 'The text breaks a rule of YAML 1.2. The position shows where reading stopped.',
  },
  FORGE1002: {
    title: 'The file is too large',
    explanation: 'A configuration file may have 5 MB. Move long texts into files of their own and read them with file("path").',
  },
  FORGE1003: {
    title: 'The text holds characters that are not allowed',
    explanation: 'NUL characters and halves of UTF-16 pairs are refused, since no machine could be given such a text unchanged.',
  },
  FORGE1004: {
    title: 'The file is nested too deeply',
    explanation: 'Maps and lists may be nested 100 levels deep, aliases included.',
  },
  FORGE1005: {
    title: 'The file holds more than one document',
    explanation: 'A line of three hyphens begins a second YAML document. Put it into a file of its own in the same folder.',
  },
  FORGE1006: {
    title: 'An alias cannot be used here',
    explanation:
      'An alias must name an anchor that stands earlier in the file, must not lie inside what it repeats, and all aliases together may repeat 100,000 values.',
  },
  FORGE1007: {
    title: 'A name is defined twice',
    explanation: 'A key may stand once in a map, and a name once in all files of the configuration. Remove or rename one of the two.',
  },
  FORGE1008: {
    title: 'The key is not allowed',
    explanation: 'Keys are texts. Keys that begin with "$" and the key "__proto__" are refused, because forge uses them itself.',
  },
  FORGE1009: {
    title: 'The number cannot be kept exactly',
    explanation: 'Whole numbers beyond 2^53, infinities and .nan do not survive. Put it in quotes if a text is meant.',
  },
  FORGE1010: {
    title: 'The YAML feature is not supported',
    explanation:
      'Tags other than those of the YAML 1.2 core schema, and other versions of YAML, are refused instead of being read differently.',
  },
  FORGE1011: {
    title: 'There is no configuration',
    explanation: 'No file was given. A configuration is one forge.yaml or several .yaml files in a folder.',
  },
  FORGE1012: {
    title: 'The key is not known',
    explanation: 'Every key must be one that the reference lists for its place; a misspelt key would otherwise have no effect.',
  },
  FORGE1013: {
    title: 'A key is missing',
    explanation: 'The block needs the named key.',
  },
  FORGE1014: {
    title: 'The value has the wrong type',
    explanation: 'The reference gives the type for each key. A text is put in quotes, a number is not.',
  },
  FORGE1015: {
    title: 'The value is not allowed',
    explanation: 'The value has the right type, and lies outside of what its place takes: a range, a pattern, a length or a list of words.',
  },
  FORGE1016: {
    title: 'The name is not allowed',
    explanation:
      'Names of groups, instances, providers and flavors are 1 to 63 lower-case letters, digits and hyphens and begin with a letter. Names of variables and outputs may also hold capitals and underscores.',
  },
  FORGE1017: {
    title: 'A secret stands in the configuration',
    explanation: 'A secret is never written into the file. Write env:NAME or file:PATH, or ${var.NAME} with a sensitive variable.',
  },
  FORGE1018: {
    title: 'An item stands twice in a list',
    explanation: 'The items of this list are told apart by name, so each name may stand once.',
  },
  FORGE1019: {
    title: 'A group needs either size or ids',
    explanation: 'size makes numbered members, ids makes one member for each id. Exactly one of them must be given.',
  },
  FORGE1020: {
    title: 'A sensitive variable cannot be declared like this',
    explanation: 'A sensitive variable is a string and has no default: its text must come from outside.',
  },
  FORGE1021: {
    title: 'There are more problems',
    explanation: 'Only the first 200 problems are shown. Mend those and run the command again.',
  },
  FORGE1022: {
    title: 'An old spelling is used',
    explanation:
      'A field is spelled as an older tool spells it, or in another case. It is read all the same; under its own name a number needs its unit.',
  },
  FORGE2001: {
    title: 'The expression cannot be read',
    explanation: 'The text between ${ and } breaks a rule of the expression language. Write $${ where ${ is meant as text.',
  },
  FORGE2002: {
    title: 'The reference is not known',
    explanation: 'A reference begins with var, env, stack, member, instances or groups, or it is a call such as file("path").',
  },
  FORGE2003: { title: 'The variable is not declared', explanation: 'Every variable is declared under variables before it is used.' },
  FORGE2004: { title: 'The group or instance is not configured', explanation: 'The name must stand under groups or instances.' },
  FORGE2005: { title: 'The provider is not configured', explanation: 'The name must stand under providers.' },
  FORGE2006: { title: 'The flavor is not configured', explanation: 'The name must stand under flavors.' },
  FORGE2007: { title: 'The plugin is not known', explanation: 'The plugin must be one that this build of forge holds.' },
  FORGE2008: { title: 'The function is not known', explanation: 'The reference lists every function of the expression language.' },
  FORGE2009: { title: 'The function cannot take these values', explanation: 'The number or the types of the arguments do not fit.' },
  FORGE2010: {
    title: 'The value must be known before planning',
    explanation: 'The size of a group, the settings of a provider and names may use only variables, the environment, files and the stack.',
  },
  FORGE2011: {
    title: 'A sensitive value cannot be used here',
    explanation: 'This place is shown or stored, so a sensitive variable may not flow into it.',
  },
  FORGE2012: { title: 'The environment variable is not set', explanation: 'Set it where forge runs.' },
  FORGE2013: {
    title: 'The file cannot be read',
    explanation: 'file("path") reads a text file relative to the folder of the configuration.',
  },
  FORGE2014: {
    title: 'The secret is missing',
    explanation: 'The source of the secret does not exist. Set the environment variable, make the file or give the variable.',
  },
  FORGE2015: {
    title: 'The variable has no value',
    explanation: 'A variable without a default must be given by FORGE_VAR_NAME, --var or a variable file; a sensitive one not by --var.',
  },
  FORGE2016: {
    title: 'The value of the variable does not fit its type',
    explanation: 'The given value or the default must have the declared type.',
  },
  FORGE2017: {
    title: 'An undeclared variable is given',
    explanation: 'A value was given for a variable that the configuration does not declare.',
  },
  FORGE2018: { title: 'The output does not exist', explanation: 'The type of the object has no output of that name.' },
  FORGE2019: {
    title: 'The member cannot exist',
    explanation: 'The group has no member of that id: members are numbered from 1 to the size, or are those that ids lists.',
  },
  FORGE2020: {
    title: 'There is no member here',
    explanation: 'member.id, member.ordinal, member.name and member.address have a value only inside a group, an instance or a flavor.',
  },
  FORGE2021: {
    title: 'An object refers to itself',
    explanation: 'The outputs of an object are known only when it stands, so it cannot be made from them.',
  },
  FORGE2022: {
    title: 'The dependencies form a circle',
    explanation: 'Each of the blocks waits for the next one, so none can be the first. Remove one of the references or dependsOn entries.',
  },
  FORGE2023: {
    title: 'The machine takes no flavor',
    explanation: 'The type of the machine has no field that could carry what a flavor prepares.',
  },
  FORGE2024: { title: 'The field to be ignored does not exist', explanation: 'ignoreChanges names top-level fields of the machine.' },
  FORGE2025: {
    title: 'The move is not possible',
    explanation: 'from and to are both blocks of one kind (group.web) or both addresses (group.web/2), and differ.',
  },
  FORGE2026: {
    title: 'What is moved away is still configured',
    explanation: 'A move says that something has a new name, so the old name must be gone.',
  },
  FORGE2027: { title: 'The target of a move is not configured', explanation: 'The new name must stand in the configuration.' },
  FORGE2028: {
    title: 'Moves contradict each other',
    explanation: 'Each name may be moved once, each target taken once, and moves must not lead in a circle.',
  },
  FORGE2029: {
    title: 'An output would show a sensitive value',
    explanation: 'Set sensitive: true on the output, or leave the sensitive value out of it.',
  },
  FORGE2030: {
    title: 'The environment name is not allowed',
    explanation: 'The value of --env is 1 to 63 lower-case letters, digits and hyphens.',
  },
  FORGE2031: {
    title: 'Two rules say when members are well',
    explanation: 'update takes either healthyFor, a time without a break, or checks and interval, a number of good answers in a row.',
  },
  FORGE2032: {
    title: 'Members with ids cannot have successors beside them',
    explanation: 'Each id has one member, so it goes before its successor comes: such a group is delete-first and takes no maxSurge.',
  },
  FORGE2033: {
    title: 'The order and the limits of an update contradict each other',
    explanation: 'delete-first needs a maxUnavailable of at least 1 and takes no maxSurge; create-first needs a maxSurge of at least 1.',
  },
  FORGE2034: {
    title: 'A wave of the update is larger than its limits',
    explanation: 'batch may be as large as maxUnavailable for delete-first, and as maxSurge for create-first.',
  },
  FORGE2035: {
    title: 'The members cannot be well in time',
    explanation:
      'update.timeout, or healthTimeout where it is not given, has to be longer than healthyFor, or than all checks with their intervals.',
  },
  FORGE2036: {
    title: 'The environment gives a setting a value that does not fit',
    explanation:
      'A provider takes settings that the configuration does not give from environment variables. Correct the variable, unset it, or write the setting into the configuration, which wins.',
  },
  FORGE2037: {
    title: 'The provider makes nothing of that type',
    explanation: 'A group or an instance is of the provider’s machine type, or of another that its reference names.',
  },
  FORGE2038: {
    title: 'An image cannot be made of what its block says',
    explanation: 'An image has one source, and what it is made of is read before anything is planned.',
  },
  FORGE2039: {
    title: 'The provider takes no images',
    explanation: 'push.provider of an image names a provider that can keep images for its machines.',
  },
  FORGE2040: {
    title: 'An image is not where the machine could boot from it',
    explanation:
      'A machine boots from what is pushed to its own provider. Name that provider in push, or add an image of the same source that is pushed there.',
  },
  FORGE2041: {
    title: 'Nothing can be run inside of these machines',
    explanation:
      'A flavor that checks by exec, or has commands of its own, runs them inside of its machines. Give the provider the login that it needs for that, or ask for health by tcp or http.',
  },
} as const satisfies Record<string, CodeEntry>
