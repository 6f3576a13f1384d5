/** What stands on the player's buttons: paths in a square of 24 by 24. */

export const ICONS = {
  play: 'M7 4l13 8-13 8z',
  pause: 'M6 4h4v16H6z M14 4h4v16h-4z',
  back: 'M19 5l-9 7 9 7z M5 5h3v14H5z',
  forth: 'M5 5l9 7-9 7z M16 5h3v14h-3z',
  loop: 'M7 7h9v3l5-4-5-4v3H5v7h2z M17 17H8v-3l-5 4 5 4v-3h11v-7h-2z',
  sound: 'M3 9h4l6-5v16l-6-5H3z M15.5 8.5a5 5 0 0 1 0 7l1.4 1.4a7 7 0 0 0 0-9.8z',
  whole: 'M4 4h7v3H7v4H4z M20 20h-7v-3h4v-4h3z M13 4h7v7h-3V7h-4z M11 20H4v-7h3v4h4z',
  silent: 'M3 9h4l6-5v16l-6-5H3z M16 9l2 2 2-2 1.2 1.2-2 2 2 2L20 16.4l-2-2-2 2-1.2-1.2 2-2-2-2z',
};
