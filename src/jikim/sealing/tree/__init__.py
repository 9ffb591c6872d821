"""The key tree: every key hangs from one small root, and what is cut from it can never be reached again.

Nodes are arrays of keys, sealed under the key their parent holds. Adding seals a node anew under the same key;
removing gives every node on the path a new key and the tree a new root. The old root is then effaced, and with it
everything that only the old nodes could reach, in every copy and every backup of them.

Source: Privacy Policy, "Destruction method" (electronic files end beyond reproduction); PIPA art. 21(2).
Construction: J. Reardon et al., CCS 2013 (key disclosure graph).
"""
