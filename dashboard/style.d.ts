/** Styles go to a file of their own when the dashboard is built. */
declare module '*.css';
