#!/bin/busybox sh
# Process 1 of a machine that stands for a Docker host of LinuxKit: it reads what forge gave to it from the CD-ROM with
# the label cidata, formats the disk once and finds it by its label, and answers on port 9323.
/bin/busybox mkdir -p /proc /sys /dev /mnt /run/config/ssh /etc/acpi/PWRF /var/lib/docker /www
/bin/busybox --install -s /bin
export PATH=/bin HOME=/
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
exec </dev/null >/dev/console 2>&1
while read -r module; do insmod "/modules/$module.ko"; done </modules/order

printf '#!/bin/sh\nsync\numount /var/lib/docker\nexec poweroff -f\n' >/etc/acpi/PWRF/00000080
chmod +x /etc/acpi/PWRF/00000080
acpid -l /dev/console
ip link set lo up
ip link set eth0 up && ip addr add 10.0.2.15/24 dev eth0

for drive in /dev/sr0 /dev/sr1; do
  mount -t iso9660 -o ro "$drive" /mnt || continue
  [ -e /mnt/user-data ] && break
  umount /mnt
done
. /mnt/environment.sh
# What LinuxKit's metadata does with every file of the JSON, for the one that is looked at here.
sed -n 's/.*"authorized_keys":{"content":"\([^"]*\)".*/\1/p' /mnt/user-data | sed 's/\\n$//' >/run/config/ssh/authorized_keys

disk=$(findfs LABEL=FORGE) || { mke2fs -L FORGE /dev/vda && disk=/dev/vda && echo "docker-host: formatted"; }
mount -t ext4 "$disk" /var/lib/docker
echo "$IMAGE" >>/var/lib/docker/boots
sync
echo "$FORGE_MEMBER $IMAGE $(cat /run/config/ssh/authorized_keys) booted $(tr '\n' ' ' </var/lib/docker/boots)" >/www/metrics
httpd -p 9323 -h /www
while :; do sleep 3600; done
