### 程序从哪件事来
procedures-f-matter = 从哪件事来
procedures-f-matter-hint = 选了以后，程序的每一步都会写进那件事的经过里。
procedures-f-matter-none = 不是从某件事来的
procedures-from-matter = 从这件事来：
procedures-refused-no-such-matter = 理事会手上没有这件事，请重新选。
procedures-refused-matter-taken = 这件事已经在走另一个程序了。
