import { css } from "lit";

export const styles = css`
  :host { display: block; font: 1rem/1.5 system-ui, sans-serif; color: light-dark(#1b2430, #e6eaf0); }
  main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
  h2 { margin: 2rem 0 0.5rem; text-transform: capitalize; }
  h3 { margin: 1rem 0 0.25rem; font-size: 1rem; }
  small { font-weight: normal; }
  a { color: light-dark(#1a56c4, #8ab4ff); }
  details { border: 1px solid light-dark(#c9d1dc, #3a4554); border-radius: 8px; margin: 0.5rem 0; padding: 0 1rem; }
  summary { cursor: pointer; padding: 0.75rem 0; }
  .method { display: inline-block; min-width: 4rem; font-weight: 700; }
  pre { overflow: auto; padding: 0.75rem; border-radius: 6px; background: light-dark(#f2f4f7, #1a212b); }
`;
