// A bulk that is under way here is what the undo key takes back next.
import { last } from "./undo.js";

const url = document.getElementById("bulk")?.dataset.undoneBy;
if (url) last(url);
