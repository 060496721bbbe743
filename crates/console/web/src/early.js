// Runs before the page is drawn, so that it is not drawn twice: who wants dark pages does not see light ones first.
import { chosen } from "./theme.js";

const root = document.documentElement;
root.classList.add("js");
const theme = chosen();
if (theme) root.dataset.theme = theme;
