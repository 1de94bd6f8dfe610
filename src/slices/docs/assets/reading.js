// What pages to read do by script: the switch for light and dark, and the name of this server in examples.
'use strict'

// Light or dark: as the reader chose here or in the reference, which keeps it under the same name, else as their system
// is.
const KEPT_AS = 'colorMode'
const show = (dark) => {
  document.body.classList.toggle('dark-mode', dark)
  document.body.classList.toggle('light-mode', !dark)
}

let mode = null
try {
  mode = localStorage.getItem(KEPT_AS)
} catch {
  // Where nothing may be kept, the system decides.
}
show(mode === 'dark' || (mode !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches))

const button = document.querySelector('button.colours')
button.hidden = false
button.addEventListener('click', () => {
  const dark = !document.body.classList.contains('dark-mode')
  show(dark)
  try {
    localStorage.setItem(KEPT_AS, dark ? 'dark' : 'light')
  } catch {
    // The choice then holds for this page alone.
  }
})

// Examples call this server by the name by which the page was opened.
document.addEventListener('DOMContentLoaded', () => {
  for (const code of document.querySelectorAll('pre code')) {
    code.textContent = code.textContent.replaceAll('http://127.0.0.1:8080', window.location.origin)
  }
})
