// One member of a fleet, the first of its group, written as another: in the simulator's answers and in forge's journal.
// Nothing is looked into; the words that name a member are the same in both.

/** Replaces in a text what names the first member, `{ id, uid }`, by what names another, which is a number. */
export const wordsOf = ({ id, uid }, member) => {
  if (member === 1) return (text) => text
  const words = new RegExp(`\\b${id}\\b|${uid}|\\b(web[/-])1\\b|(generation(?:"|&#34;):)1\\b`, 'g')
  return (text) =>
    text.replace(words, (found, name, generation) => {
      if (found === id) return idOf(member)
      return found === uid ? uidOf(member) : `${name ?? generation}${member}`
    })
}

const digits = (member) => String(member).padStart(6, '0')
const idOf = (member) => `vm-9${digits(member)}`
const uidOf = (member) => `b0b0b0b0-0000-5000-8000-000000${digits(member)}`
