### 程序从哪件事来
procedures-f-matter = 从哪件事来
procedures-f-matter-hint = 选了以后，程序的每一步都会写进那件事的经过里。
procedures-f-matter-none = 不是从某件事来的
procedures-from-matter = 从这件事来：
procedures-refused-no-such-matter = 理事会手上没有这件事，请重新选。
procedures-refused-matter-taken = 这件事已经在走另一个程序了。
procedures-where-villages = 只在村里用
procedures-where-communities = 只在城市社区用
procedures-refused-villages-only = 这一种照村民委员会组织法走，只有村里能用；城市社区请选另一种。
procedures-refused-communities-only = 这一种照城市居民委员会组织法走，村里请选村的那一种。
